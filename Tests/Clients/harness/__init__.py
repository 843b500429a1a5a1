"""What the tests stand on: the proxy as a process, origins that do exactly what they are told, raw clients."""
