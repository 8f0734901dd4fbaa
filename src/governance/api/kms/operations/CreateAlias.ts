import { CreateAlias$, type CreateAliasRequest } from '@aws-sdk/client-kms'
import { requireNotPending } from '#governance/keys'
import { operation } from '../context.ts'
import { checkAliasName } from '../checks.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export const CreateAlias = operation<CreateAliasRequest, object>(
  CreateAlias$,
  async (input, ctx) => {
    checkAliasName(input.AliasName!)
    const key = await keyOf(ctx, input.TargetKeyId!, 'CreateAlias')
    requireNotPending(key)
    await ctx.keys.createAlias(input.AliasName!, key)
    return {}
  },
)
