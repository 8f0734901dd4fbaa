import type { TableRef } from '#catalog/metastore'
import { formatViewMetadata, type LoadedView } from '#catalog/tables'
import type { RestAnswer, RestRequest } from '#protocol/iceberg-rest'
import { madeRef } from './answers.ts'
import type { IcebergRestContext } from './context.ts'
import { namespaceOf } from './refs.ts'

/** The view of the path. */
export function viewOf(request: RestRequest): TableRef {
  return { ...namespaceOf(request), table: request.params['view']! }
}

/** The view that a request made which is sent again. */
export async function viewMade(request: RestRequest, ctx: IcebergRestContext): Promise<RestAnswer> {
  return viewAnswer(await ctx.views.load(await madeRef(request)))
}

/** `LoadViewResult` */
export function viewAnswer({ location, metadata }: LoadedView): RestAnswer {
  return {
    text: `{"metadata-location":${JSON.stringify(location)},"metadata":${formatViewMetadata(metadata)},"config":{}}`,
  }
}
