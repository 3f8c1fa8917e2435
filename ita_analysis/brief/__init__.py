"""What a page says: blocks, charts and sentences made from facts, before anyone decides how they look."""
