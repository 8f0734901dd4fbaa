import { ReEncrypt$, type ReEncryptRequest, type ReEncryptResponse } from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { refuseUnsupported, requireSymmetric } from '../checks.ts'
import { accessRequest, keyOf, requireAllowed } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html */
export const ReEncrypt = operation<ReEncryptRequest, ReEncryptResponse>(
  ReEncrypt$,
  async (input, ctx) => {
    refuseUnsupported({ DryRun: input.DryRun, GrantTokens: input.GrantTokens })
    requireSymmetric(input.SourceEncryptionAlgorithm)
    requireSymmetric(input.DestinationEncryptionAlgorithm)
    const ciphertext = input.CiphertextBlob!
    const source =
      input.SourceKeyId === undefined
        ? await ctx.keys.keyOfCiphertext(ciphertext)
        : await ctx.keys.resolve(ctx, input.SourceKeyId)
    await requireAllowed(ctx, source, 'ReEncryptFrom', input.SourceEncryptionContext)
    const context = input.DestinationEncryptionContext ?? {}
    const target = await keyOf(ctx, input.DestinationKeyId!, 'ReEncryptTo', context)
    await ctx.identity.authorize({
      ...accessRequest(ctx, 'ReEncryptTo', context),
      resources: [target.arn],
    })
    const plain = await ctx.keys.decrypt(source, ciphertext, input.SourceEncryptionContext ?? {})
    return {
      CiphertextBlob: await ctx.keys.encrypt(target, plain, context),
      SourceKeyId: source.arn,
      KeyId: target.arn,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    }
  },
)
