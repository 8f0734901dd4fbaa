import {
  UpdateDataCatalog$,
  type UpdateDataCatalogInput,
  type UpdateDataCatalogOutput,
} from '@aws-sdk/client-athena'
import { checkNotDefault, checkOwnCatalog } from '../catalog-input.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateDataCatalog.html. Without parameters they stay. */
export const UpdateDataCatalog = operation<UpdateDataCatalogInput, UpdateDataCatalogOutput>(
  UpdateDataCatalog$,
  async (input, ctx) => {
    checkNotDefault(input.Name!)
    const parameters = input.Parameters ?? { 'catalog-id': ctx.accountId }
    checkOwnCatalog(ctx, input.Type, parameters)
    await ctx.queries.catalogs.update(scopeOf(ctx), input.Name!, input.Description)
    return {}
  },
)
