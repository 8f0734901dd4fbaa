import { CreateKey$, type CreateKeyRequest, type CreateKeyResponse } from '@aws-sdk/client-kms'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { checkKeyPolicy, refuseUnsupported } from '../checks.ts'
import { fromTags, toMetadata } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 * Symmetric keys of one region with material made here; everything else is refused.
 */
export const CreateKey = operation<CreateKeyRequest, CreateKeyResponse>(
  CreateKey$,
  async (input, ctx) => {
    const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
    const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT'
    if (spec !== 'SYMMETRIC_DEFAULT' || usage !== 'ENCRYPT_DECRYPT') {
      throw new AwsError({
        name: 'UnsupportedOperationException',
        status: 400,
        message: `Keys of spec ${spec} for ${usage} are not supported here: only SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT.`,
      })
    }
    refuseUnsupported({
      MultiRegion: input.MultiRegion,
      CustomKeyStoreId: input.CustomKeyStoreId,
      XksKeyId: input.XksKeyId,
      Origin: input.Origin === 'AWS_KMS' ? undefined : input.Origin,
    })
    if (input.Policy !== undefined) {
      checkKeyPolicy(input.Policy, ctx.accountId, input.BypassPolicyLockoutSafetyCheck ?? false)
    }
    const key = await ctx.keys.createKey({
      accountId: ctx.accountId,
      region: ctx.region,
      description: input.Description ?? '',
      policy: input.Policy,
      tags: fromTags(input.Tags),
    })
    return { KeyMetadata: toMetadata(key) }
  },
)
