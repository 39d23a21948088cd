# The letter that brings a link to its recipient.
