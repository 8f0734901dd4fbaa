import { requireEnabled, type Keys } from '#governance/keys'
import type { FunctionsOptions } from '#processing/functions'
import { inTermsOfFunctions, keyByArn } from './key-terms.ts'

type VariableKeys = FunctionsOptions['keys']

const what = 'environment variables'

/** KMS for the variables of functions; the context that is authenticated is AWS's. */
export function variableKeys(keys: Keys): VariableKeys {
  const context = (functionArn: string) => ({ 'aws:lambda:FunctionArn': functionArn })
  return {
    seal: (arn, plain, functionArn) =>
      inTermsOfFunctions(what, async () =>
        keys.encrypt(await keyByArn(keys, arn), plain, context(functionArn)),
      ),
    unseal: (arn, sealed, functionArn) =>
      inTermsOfFunctions(what, async () =>
        keys.decrypt(await keyByArn(keys, arn), sealed, context(functionArn)),
      ),
    requireUsable: (arn) =>
      inTermsOfFunctions(what, async () => requireEnabled(await keyByArn(keys, arn))),
  }
}
