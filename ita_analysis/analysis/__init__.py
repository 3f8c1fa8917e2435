"""What the scores say: findings, roll-up, changes, margins, peers, priorities; frames in, frames out."""
