import assert from 'node:assert/strict'
import type { S3ServiceException } from '@aws-sdk/client-s3'

/**
 * The error of a call that S3 refuses. Answers without a body (to HEAD, 304) have no code: there the SDK names the error by
 * its status, or does not name it at all.
 */
export async function rejects(
  call: Promise<unknown>,
  code: string,
  status: number,
): Promise<S3ServiceException> {
  try {
    await call
  } catch (error) {
    const found = error as S3ServiceException
    assert.equal(found.$metadata?.httpStatusCode, status, `${found.name}: ${found.message}`)
    if (!/^\d+$/.test(code)) assert.equal(found.name, code, found.message)
    return found
  }
  assert.fail(`it was not refused with ${code}`)
}
