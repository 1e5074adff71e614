"""What people use beside Parley, made to answer the same calls for `parley bench latency --against`."""
