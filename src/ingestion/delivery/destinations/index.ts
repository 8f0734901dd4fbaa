import type { Target } from '../records.ts'
import type { Destination } from './destination.ts'
import { httpDestination, type HttpDestinationParts } from './http/http-destination.ts'
import { icebergDestination, type IcebergDestinationParts } from './iceberg/iceberg-destination.ts'
import { s3Destination, type S3DestinationParts } from './s3/s3-destination.ts'

export type DestinationParts = S3DestinationParts & HttpDestinationParts & IcebergDestinationParts

/** The destination of a target. */
export function createDestination(parts: DestinationParts, target: Target): Destination {
  switch (target.kind) {
    case 's3':
      return s3Destination(parts, target)
    case 'http':
      return httpDestination(parts, target)
    case 'iceberg':
      return icebergDestination(parts, target)
  }
}
