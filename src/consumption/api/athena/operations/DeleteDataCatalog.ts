import {
  DeleteDataCatalog$,
  type DeleteDataCatalogInput,
  type DeleteDataCatalogOutput,
} from '@aws-sdk/client-athena'
import { checkNotDefault, toDataCatalog } from '../catalog-input.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteDataCatalog.html. The catalog behind the name stays. */
export const DeleteDataCatalog = operation<DeleteDataCatalogInput, DeleteDataCatalogOutput>(
  DeleteDataCatalog$,
  async (input, ctx) => {
    checkNotDefault(input.Name!)
    const catalog = await ctx.queries.catalogs.get(scopeOf(ctx), input.Name!)
    await ctx.queries.catalogs.delete(scopeOf(ctx), input.Name!)
    return { DataCatalog: toDataCatalog(catalog) }
  },
)
