/** The keys of results that Athena keeps itself. Part of the composition root, with lake.ts. */
import { type KeyUse, QueryErrors, type ResultKeys, keyContext } from '#consumption/queries'
import { letsService } from '#governance/identity'
import { isLakeError } from '#kit'
import type { Governance } from './governance.ts'

/** https://docs.aws.amazon.com/athena/latest/ug/managed-results.html names this principal. */
const service = 'encryption.athena.amazonaws.com'
const sealContext = 'queries/result-key'

/** A KMS key is used for the workgroup, and only where its policy lets the service do so. */
export function resultKeys({ keys, sealer }: Pick<Governance, 'keys' | 'sealer'>): ResultKeys {
  const keyAt = (keyArn: string) => {
    const [, , , region = '', accountId = ''] = keyArn.split(':')
    return keys.resolve({ accountId, region }, keyArn)
  }
  const usable = async ({ keyArn, workGroupArn }: KeyUse, action: string) => {
    const key = await keyAt(keyArn)
    const context = keyContext({ keyArn, workGroupArn })
    const call = {
      service,
      action,
      resource: key.arn,
      sourceArn: workGroupArn,
      sourceAccountId: workGroupArn.split(':')[4]!,
      encryptionContext: context,
    }
    if (!letsService(key.policy, call)) {
      throw QueryErrors.InvalidQueryRequest(
        `${service} is not authorized to perform: ${action} on resource: ${key.arn}`,
      )
    }
    return { key, context }
  }
  return {
    encrypt: (keyArn, plain, context) =>
      told(async () => keys.encrypt(await keyAt(keyArn), plain, context)),
    decrypt: (keyArn, sealed, context) =>
      told(async () => keys.decrypt(await keyAt(keyArn), sealed, context)),
    keyArn: (scope, name) => told(async () => (await keys.resolve(scope, name)).arn),
    seal: (plain, use) =>
      told(async () => {
        if (!use) return sealer.seal(plain, sealContext)
        const { key, context } = await usable(use, 'kms:GenerateDataKey')
        return keys.encrypt(key, plain, context)
      }),
    unseal: (sealed, use) =>
      told(async () => {
        if (!use) return sealer.unseal(sealed, sealContext)
        const { key, context } = await usable(use, 'kms:Decrypt')
        return keys.decrypt(key, sealed, context)
      }),
  }
}

/** Keys that are not there, disabled or about to go are a fault of whoever named them. */
async function told<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    const codes = ['KeyNotFound', 'KeyDisabled', 'KeyStateWrong']
    if (!codes.some((code) => isLakeError(error, code))) throw error
    throw QueryErrors.InvalidQueryRequest((error as Error).message, {}, error)
  }
}
