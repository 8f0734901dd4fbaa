import { letsService } from '#governance/identity'
import { requireEnabled, type Keys } from '#governance/keys'
import { FunctionErrors, type FilterOwner, type FunctionsOptions } from '#processing/functions'
import { inTermsOfFunctions, keyByArn } from './key-terms.ts'

const what = 'filter criteria'

/** What KMS authenticates with the filters of a mapping, as AWS names it. */
export function filterContext({ functionArn, sourceArn }: FilterOwner) {
  return { 'aws:lambda:FunctionArn': functionArn, 'aws:lambda:EventSourceArn': sourceArn }
}

/**
 * KMS for the filters of mappings. Lambda itself opens them as the service of the region, as far as the key's policy lets it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filter-criteria-encryption
 */
export function filterKeys(keys: Keys): FunctionsOptions['filterKeys'] {
  return {
    seal: (arn, plain, owner) =>
      inTermsOfFunctions(what, async () =>
        keys.encrypt(await keyByArn(keys, arn), plain, filterContext(owner)),
      ),
    unseal: (arn, sealed, owner) =>
      inTermsOfFunctions(what, async () =>
        keys.decrypt(await keyByArn(keys, arn), sealed, filterContext(owner)),
      ),
    requireUsable: (arn) =>
      inTermsOfFunctions(what, async () => requireEnabled(await keyByArn(keys, arn))),
    requireService: (arn, mappingArn, owner) =>
      inTermsOfFunctions(what, async () => {
        const key = await keyByArn(keys, arn)
        const [, , , region = '', accountId = ''] = mappingArn.split(':')
        const service = `lambda.${region}.amazonaws.com`
        const call = {
          service,
          action: 'kms:Decrypt',
          resource: key.arn,
          sourceArn: mappingArn,
          sourceAccountId: accountId,
          encryptionContext: filterContext(owner),
        }
        if (letsService(key.policy, call)) return
        throw FunctionErrors.KmsKeyDenied(
          `Lambda was unable to decrypt the ${what} because the KMS access was denied: ${service} is not authorized to perform: kms:Decrypt on resource: ${key.arn}. Please check the policy of the KMS key.`,
        )
      }),
  }
}
