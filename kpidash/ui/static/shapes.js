// The shape of each status on a field of 16 × 16; joined in front of the components that draw statuses.
const SHAPES = {
  on_target: "M6.4 12.6 2.2 8.4l1.7-1.7 2.5 2.5 5.7-5.7 1.7 1.7z",
  at_risk: "M8 1.8 15 14H1z",
  off_target: "M3.6 1.9 8 6.3l4.4-4.4 1.7 1.7L9.7 8l4.4 4.4-1.7 1.7L8 9.7l-4.4 4.4-1.7-1.7L6.3 8 1.9 3.6z",
  stale: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1m0 1.8a5.2 5.2 0 1 0 0 10.4A5.2 5.2 0 0 0 8 2.8M7.1 4.4h1.7v3.3l2.3 1.9-1.1 1.4-2.9-2.5z",
  no_target: "M2 7h12v2H2z",
  no_data: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2m0 1.7a4.3 4.3 0 0 0-3.4 7l6-6A4.3 4.3 0 0 0 8 3.7m3.4 1.7-6 6a4.3 4.3 0 0 0 6-6",
};
