import {
  GetDataCatalog$,
  type GetDataCatalogInput,
  type GetDataCatalogOutput,
} from '@aws-sdk/client-athena'
import { isDefaultCatalog } from '#consumption/queries'
import { toDataCatalog } from '../catalog-input.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetDataCatalog.html. */
export const GetDataCatalog = operation<GetDataCatalogInput, GetDataCatalogOutput>(
  GetDataCatalog$,
  async (input, ctx) => {
    const scope = scopeOf(ctx)
    const name = input.Name!
    if (!isDefaultCatalog(name)) {
      return { DataCatalog: toDataCatalog(await ctx.queries.catalogs.get(scope, name)) }
    }
    const catalog = { ...scope, name: 'AwsDataCatalog', description: undefined }
    return { DataCatalog: toDataCatalog(catalog) }
  },
)
