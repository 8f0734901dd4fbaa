import { isLakeError, type LakeError } from '#kit'
import type { QueryFailure } from '../records.ts'

/** What the client may read of a failure; the text of a fault of ours stays in the log. */
export function reasonOf(error: unknown): string {
  if (!isLakeError(error) || error.kind === 'internal') {
    return isLakeError(error, 'DiskFull')
      ? 'GENERIC_INTERNAL_ERROR: the disk of the server is full'
      : 'GENERIC_INTERNAL_ERROR: an internal error; the log of the server has its cause'
  }
  if (error.code === 'SyntaxError' && !error.message.startsWith('SYNTAX_ERROR'))
    return `SYNTAX_ERROR: ${error.message}`
  return error.message
}

/** https://docs.aws.amazon.com/athena/latest/ug/error-reference.html */
export function failureOf(error: unknown, reason: string): QueryFailure {
  const name = isLakeError(error) ? String((error as LakeError).details['athenaName'] ?? '') : ''
  const user = { category: 2, retryable: false, message: reason } as const
  if (!isLakeError(error) || error.kind === 'internal' || name === 'GENERIC_INTERNAL_ERROR') {
    return { category: 1, type: 401, retryable: true, message: reason }
  }
  if (/LIMIT|MEMORY|EXHAUSTED/.test(name)) return { ...user, type: 1100 }
  if (name.startsWith('HIVE') || name.startsWith('FAILED')) return { ...user, type: 1200 }
  if (name === 'PERMISSION_DENIED') return { ...user, type: 1301 }
  return { ...user, type: name === 'SYNTAX_ERROR' ? 1001 : 1006 }
}
