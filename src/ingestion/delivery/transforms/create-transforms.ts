import type { DeliverySettings, TransformSettings } from '../records.ts'
import { cloudWatchLogs } from './cloudwatch-logs.ts'
import { deaggregation } from './deaggregation.ts'
import { decompression } from './decompression.ts'
import { lambdaTransform, type LambdaParts } from './lambda.ts'
import { metadataExtraction } from './metadata-extraction.ts'
import type { Transform } from './transform.ts'
import { validation } from './validation.ts'

/** The transforms of a delivery stream, in the order in which a record goes through them. */
export function createTransforms(
  { transforms = [] }: DeliverySettings,
  parts: LambdaParts,
): readonly Transform[] {
  return transforms.map((settings) => createTransform(settings, parts))
}

function createTransform(settings: TransformSettings, parts: LambdaParts): Transform {
  switch (settings.kind) {
    case 'decompression':
      return decompression()
    case 'cloudWatchLogs':
      return cloudWatchLogs()
    case 'lambda':
      return lambdaTransform(settings, parts)
    case 'deaggregation':
      return deaggregation(settings)
    case 'metadata':
      return metadataExtraction(settings)
    case 'validation':
      return validation(settings)
  }
}
