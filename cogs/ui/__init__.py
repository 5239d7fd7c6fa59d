"""What people see and press: cards, buttons, forms."""
