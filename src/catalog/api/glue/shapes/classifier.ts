import type {
  Classifier,
  CreateClassifierRequest,
  UpdateClassifierRequest,
} from '@aws-sdk/client-glue'
import { CrawlerErrors, type ClassifierInput, type ClassifierRecord } from '#catalog/crawlers'
import { compact, extras } from './compact.ts'
import { toDate } from './times.ts'

export function fromClassifierRequest(
  input: CreateClassifierRequest | UpdateClassifierRequest,
): ClassifierInput {
  const { CsvClassifier: csv, JsonClassifier: json } = input
  if (json) return { kind: 'json', name: json.Name!, jsonPath: json.JsonPath! }
  if (!csv) {
    throw CrawlerErrors.InvalidClassifier('Only CSV and JSON classifiers are supported.')
  }
  const { DisableValueTrimming, AllowSingleColumn, CustomDatatypeConfigured, Serde } = csv
  const { CustomDatatypes } = csv
  return compact({
    kind: 'csv' as const,
    name: csv.Name!,
    delimiter: csv.Delimiter,
    quoteSymbol: csv.QuoteSymbol,
    containsHeader: csv.ContainsHeader,
    header: csv.Header,
    extra: extras({
      DisableValueTrimming,
      AllowSingleColumn,
      CustomDatatypeConfigured,
      CustomDatatypes,
      Serde,
    }),
  })
}

export function toClassifier(record: ClassifierRecord): Classifier {
  const common = {
    Name: record.name,
    CreationTime: toDate(record.createTimeMs),
    LastUpdated: toDate(record.updateTimeMs),
    Version: record.version,
  }
  if (record.kind === 'json') return { JsonClassifier: { ...common, JsonPath: record.jsonPath } }
  return {
    CsvClassifier: compact({
      ...common,
      Delimiter: record.delimiter,
      QuoteSymbol: record.quoteSymbol,
      ContainsHeader: record.containsHeader,
      Header: record.header?.slice(),
      ...record.extra,
    }),
  }
}
