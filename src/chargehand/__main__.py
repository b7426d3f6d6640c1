"""`python -m chargehand`: the command line, where no script is on the path."""

from chargehand.cli.main import main

if __name__ == "__main__":
    main()
