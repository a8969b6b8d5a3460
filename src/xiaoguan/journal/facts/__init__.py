"""The vocabulary: one file of past-tense facts for each module. Facts live for ever from the first release."""
