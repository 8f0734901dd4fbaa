import { CrawlerErrors } from './errors.ts'

/** What of a crawler's configuration document has an effect. */
export interface Configuration {
  /** Partitions take the table's columns and format. */
  readonly inheritFromTable: boolean
  /** New columns are added, those that are there stay as they are. */
  readonly mergeNewColumns: boolean
  /** Folders whose schemas are alike become one table, however different their schemas. */
  readonly combineCompatible: boolean
  /** The level at which tables lie; the bucket is level 1. */
  readonly tableLevel: number | undefined
  readonly tablesMax: number | undefined
}

interface Document {
  readonly Version?: number
  readonly CrawlerOutput?: {
    readonly Partitions?: { readonly AddOrUpdateBehavior?: string }
    readonly Tables?: { readonly AddOrUpdateBehavior?: string; readonly TableThreshold?: number }
  }
  readonly Grouping?: {
    readonly TableGroupingPolicy?: string
    readonly TableLevelConfiguration?: number
  }
}

/** https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html. Errors: `InvalidCrawler`. */
export function parseConfiguration(text: string | undefined): Configuration {
  let document: Document = {}
  if (text) {
    try {
      document = JSON.parse(text) as Document
    } catch {
      throw CrawlerErrors.InvalidCrawler('Crawler configuration is not valid JSON.')
    }
    if (typeof document !== 'object' || document === null || Array.isArray(document))
      throw CrawlerErrors.InvalidCrawler('Crawler configuration must be a JSON object.')
    if (document.Version !== undefined && document.Version !== 1)
      throw CrawlerErrors.InvalidCrawler('Crawler configuration version must be 1.0.')
  }
  const { CrawlerOutput: output, Grouping: grouping } = document
  return {
    inheritFromTable: output?.Partitions?.AddOrUpdateBehavior === 'InheritFromTable',
    mergeNewColumns: output?.Tables?.AddOrUpdateBehavior === 'MergeNewColumns',
    combineCompatible: grouping?.TableGroupingPolicy === 'CombineCompatibleSchemas',
    tableLevel: grouping?.TableLevelConfiguration,
    tablesMax: output?.Tables?.TableThreshold,
  }
}
