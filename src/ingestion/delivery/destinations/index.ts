import type { Target } from '../records.ts'
import type { Destination } from './destination.ts'
import { s3Destination, type S3DestinationParts } from './s3/s3-destination.ts'

/** The destination of a target. */
export function createDestination(parts: S3DestinationParts, target: Target): Destination {
  return s3Destination(parts, target)
}
