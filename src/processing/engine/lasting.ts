import { hash } from 'node:crypto'

/**
 * Inputs of a task whose names begin so never stand for other bytes, in no task: what the engine finds out about one of them it keeps
 * for the next task that has it, and two readings of one file are the same reading. Behind it stands a folder for each table: what a
 * task has in one of them is made ready at once, where the task before had the same.
 */
export const lastingFolder = 'lasting'

/** A file's name in it (without an ending), from all that tells its bytes from others. */
export function lastingName(...identity: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(identity)).slice(0, 32)
}
