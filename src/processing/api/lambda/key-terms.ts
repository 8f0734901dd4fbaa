import type { Keys } from '#governance/keys'
import { isLakeError } from '#kit'
import { FunctionErrors } from '#processing/functions'

/** A key by its ARN, of whatever account and region. Error: `KeyNotFound`. */
export function keyByArn(keys: Pick<Keys, 'resolve'>, arn: string): ReturnType<Keys['resolve']> {
  const [, , , region = '', accountId = ''] = arn.split(':')
  return keys.resolve({ accountId, region }, arn)
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
export async function inTermsOfFunctions<R>(what: string, work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if (!isLakeError(error)) throw error
    const told = (why: string, exception: string) =>
      `Lambda was unable to decrypt the ${what} because ${why}. Please check the function's KMS key settings. KMS Exception: ${exception} KMS Message: ${error.message}`
    if (error.code === 'KeyNotFound') {
      throw FunctionErrors.KmsKeyNotFound(
        told('the KMS key was not found', 'NotFoundException'),
        {},
        error,
      )
    }
    if (error.code === 'KeyDisabled') {
      throw FunctionErrors.KmsKeyDisabled(
        told('the KMS key used is disabled', 'DisabledException'),
        {},
        error,
      )
    }
    if (error.code === 'KeyStateWrong') {
      throw FunctionErrors.KmsKeyStateWrong(
        told('the state of the KMS key used is not valid for Decrypt', 'KMSInvalidStateException'),
        {},
        error,
      )
    }
    throw error
  }
}
