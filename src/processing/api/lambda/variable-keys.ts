import { requireEnabled, type Keys } from '#governance/keys'
import { isLakeError } from '#kit'
import { FunctionErrors, type FunctionsOptions } from '#processing/functions'

type VariableKeys = FunctionsOptions['keys']

/** KMS for the variables of functions; the context that is authenticated is AWS's. */
export function variableKeys(keys: Keys): VariableKeys {
  const keyOf = (arn: string) => {
    const [, , , region = '', accountId = ''] = arn.split(':')
    return keys.resolve({ accountId, region }, arn)
  }
  const context = (functionArn: string) => ({ 'aws:lambda:FunctionArn': functionArn })
  return {
    seal: (arn, plain, functionArn) =>
      inTermsOfFunctions(async () => keys.encrypt(await keyOf(arn), plain, context(functionArn))),
    unseal: (arn, sealed, functionArn) =>
      inTermsOfFunctions(async () => keys.decrypt(await keyOf(arn), sealed, context(functionArn))),
    requireUsable: (arn) => inTermsOfFunctions(async () => requireEnabled(await keyOf(arn))),
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
async function inTermsOfFunctions<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if (!isLakeError(error)) throw error
    const told = (why: string, exception: string) =>
      `Lambda was unable to decrypt the environment variables because ${why}. Please check the function's KMS key settings. KMS Exception: ${exception} KMS Message: ${error.message}`
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
