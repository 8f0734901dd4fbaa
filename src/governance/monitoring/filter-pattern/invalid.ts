import { LogErrors } from '../errors.ts'

export function invalidPattern(why: string): Error {
  return LogErrors.InvalidLogParameter(`Invalid filter pattern: ${why}`)
}
