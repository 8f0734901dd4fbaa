export const dayMs = 24 * 60 * 60 * 1000

/** So many days later, rounded up to the next midnight UTC. */
export function dueMs(sinceMs: number, days: number): number {
  return Math.ceil((sinceMs + days * dayMs) / dayMs) * dayMs
}
