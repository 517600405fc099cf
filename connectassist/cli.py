"""Commands for operators: `flask --app wsgi …`, and the generated documents (`python -m connectassist.cli docs`)."""
