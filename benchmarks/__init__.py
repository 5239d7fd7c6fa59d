"""What is measured, each as a module to run. Results are in README.md."""
