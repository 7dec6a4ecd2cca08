"""One file per filter. Each has a factory whose keyword-only parameters are the filter's options."""
