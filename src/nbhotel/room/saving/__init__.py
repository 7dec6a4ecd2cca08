"""What happens at each save: exports are kept in step, and git looks at the notebook's content again."""
