import type { TableRef } from '#catalog/metastore'
import { formatViewMetadata, type LoadedView } from '#catalog/tables'
import type { RestAnswer, RestRequest } from '#protocol/iceberg-rest'
import { namespaceOf } from './refs.ts'

/** The view of the path. */
export function viewOf(request: RestRequest): TableRef {
  return { ...namespaceOf(request), table: request.params['view']! }
}

/** `LoadViewResult` */
export function viewAnswer({ location, metadata }: LoadedView): RestAnswer {
  return {
    text: `{"metadata-location":${JSON.stringify(location)},"metadata":${formatViewMetadata(metadata)},"config":{}}`,
  }
}
