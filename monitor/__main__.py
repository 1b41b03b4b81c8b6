"""`python -m monitor` is the command `baoxun`."""

from monitor.cli import main

if __name__ == "__main__":
    main()
