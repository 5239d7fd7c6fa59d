"""What people keep: saved elements, reference drafts, their pictures, and checks of a prompt against them."""
