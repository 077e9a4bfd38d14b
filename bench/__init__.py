"""What Daybook costs, as ratios: each measure beside a baseline in the same run."""
