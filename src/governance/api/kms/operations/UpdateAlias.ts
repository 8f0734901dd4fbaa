import { UpdateAlias$, type UpdateAliasRequest } from '@aws-sdk/client-kms'
import { requireNotPending } from '#governance/keys'
import { operation } from '../context.ts'
import { checkAliasName } from '../checks.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html */
export const UpdateAlias = operation<UpdateAliasRequest, object>(
  UpdateAlias$,
  async (input, ctx) => {
    checkAliasName(input.AliasName!)
    const key = await keyOf(ctx, input.TargetKeyId!, 'UpdateAlias')
    requireNotPending(key)
    await keyOf(ctx, input.AliasName!, 'UpdateAlias')
    await ctx.keys.updateAlias(input.AliasName!, key)
    return {}
  },
)
