"""The one approval object and its inbox: requested by a verdict, decided by a person, spent by one execution."""
