"""Pictures in: whatever somebody attached becomes what the model takes."""
