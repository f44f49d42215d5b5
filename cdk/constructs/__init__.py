"""The parts that stacks are made of; each states one rule that every use of it follows."""
