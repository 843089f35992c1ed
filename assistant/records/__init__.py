"""What is kept of a user's work: plans and words, never rows of data.

Every record is run again under the rights and the definitions of the moment. `app.sqlite` holds
them; the clock is an argument.
"""
