import { LakeError } from '#kit'
import { TableErrors } from './errors.ts'

/** Lost races in a row before a commit is given back; each means that another one won. */
export const attemptsMax = 20

export function tooManyOthers(): LakeError {
  return TableErrors.CommitFailed('Too many other commits to the table')
}

/** Whether it is certain that nothing was committed: when the database itself failed nobody knows. */
export function isRefusal(error: unknown): boolean {
  return error instanceof LakeError && error.kind !== 'internal'
}
