import {
  CreateDataCatalog$,
  type CreateDataCatalogInput,
  type CreateDataCatalogOutput,
} from '@aws-sdk/client-athena'
import { checkOwnCatalog, toDataCatalog } from '../catalog-input.ts'
import { scopeOf } from '../subject.ts'
import { tagMap } from '../tag-list.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateDataCatalog.html. Names for the account's own catalog; others are refused. */
export const CreateDataCatalog = operation<CreateDataCatalogInput, CreateDataCatalogOutput>(
  CreateDataCatalog$,
  async (input, ctx) => {
    checkOwnCatalog(ctx, input.Type, input.Parameters)
    const scope = scopeOf(ctx)
    const catalog = { name: input.Name!, description: input.Description }
    await ctx.queries.catalogs.create(scope, catalog, tagMap(input.Tags))
    return { DataCatalog: toDataCatalog({ ...catalog, ...scope }) }
  },
)
