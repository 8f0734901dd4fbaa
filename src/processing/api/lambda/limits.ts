import type { LimitTable } from '#protocol/aws'

const functionName = {
  min: 1,
  max: 256,
  pattern:
    /(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-[a-z]+)+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?/,
}
const qualifier = { min: 1, max: 128, pattern: /[a-zA-Z0-9$_-]+/ }
const role = { pattern: /arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+/ }
const handler = { max: 128, pattern: /[^\s]+/ }
const description = { max: 256 }
const timeout = { integer: true, min: 1, max: 900 } as const
const memory = { integer: true, min: 128, max: 10_240 } as const
const alias = { min: 1, max: 128, pattern: /(?!^[0-9]+$)([a-zA-Z0-9-_]+)/ }
const version = { min: 1, max: 1024, pattern: /(\$LATEST|[0-9]+)/ }
const statement = { min: 1, max: 100, pattern: /([a-zA-Z0-9-_]+)/ }
const page = (max: number) => ({ integer: true, min: 1, max }) as const

/** https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html */
function corsLimits(request: string): LimitTable {
  const cors = `${request}.Cors`
  return {
    [`${cors}.AllowHeaders`]: { max: 100 },
    [`${cors}.AllowHeaders[]`]: { max: 1024 },
    [`${cors}.AllowMethods`]: { max: 6 },
    [`${cors}.AllowMethods[]`]: { max: 6 },
    [`${cors}.AllowOrigins`]: { max: 100 },
    [`${cors}.AllowOrigins[]`]: { min: 1, max: 253 },
    [`${cors}.ExposeHeaders`]: { max: 100 },
    [`${cors}.ExposeHeaders[]`]: { max: 1024 },
    [`${cors}.MaxAge`]: { integer: true, min: 0, max: 86_400 },
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html */
function loggingLimits(request: string): LimitTable {
  const logging = `${request}.LoggingConfig`
  return {
    [`${logging}.LogFormat`]: { enum: ['JSON', 'Text'] },
    [`${logging}.ApplicationLogLevel`]: {
      enum: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
    },
    [`${logging}.SystemLogLevel`]: { enum: ['DEBUG', 'INFO', 'WARN'] },
    [`${logging}.LogGroup`]: { min: 1, max: 512, pattern: /[.\-_/#A-Za-z0-9]+/ },
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
function architectureLimits(request: string): LimitTable {
  return {
    [`${request}.Architectures`]: { min: 1, max: 1 },
    [`${request}.Architectures[]`]: { enum: ['x86_64', 'arm64'] },
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_DestinationConfig.html */
function destinationLimits(request: string): LimitTable {
  const destination = { max: 350 }
  return {
    [`${request}.DestinationConfig.OnSuccess.Destination`]: destination,
    [`${request}.DestinationConfig.OnFailure.Destination`]: destination,
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
function mappingLimits(request: string): LimitTable {
  return {
    [`${request}.FunctionResponseTypes`]: { max: 1 },
    [`${request}.FunctionResponseTypes[]`]: { enum: ['ReportBatchItemFailures'] },
    [`${request}.MetricsConfig.Metrics`]: { max: 3 },
    [`${request}.MetricsConfig.Metrics[]`]: { enum: ['EventCount', 'ErrorCount', 'KafkaMetrics'] },
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export const limits: LimitTable = {
  'CreateFunctionRequest.FunctionName': { ...functionName, max: 140 },
  '*.FunctionName': functionName,
  '*.Qualifier': qualifier,
  '*.Role': role,
  '*.Handler': handler,
  '*.Description': description,
  '*.Timeout': timeout,
  '*.MemorySize': memory,
  'CreateFunctionRequest.EphemeralStorage.Size': { integer: true, min: 512, max: 10_240 },
  'UpdateFunctionConfigurationRequest.EphemeralStorage.Size': {
    integer: true,
    min: 512,
    max: 10_240,
  },
  ...loggingLimits('CreateFunctionRequest'),
  ...loggingLimits('UpdateFunctionConfigurationRequest'),
  ...architectureLimits('CreateFunctionRequest'),
  ...architectureLimits('UpdateFunctionCodeRequest'),
  'CreateAliasRequest.Name': alias,
  'UpdateAliasRequest.Name': alias,
  'GetAliasRequest.Name': alias,
  'DeleteAliasRequest.Name': alias,
  'CreateAliasRequest.FunctionVersion': version,
  'UpdateAliasRequest.FunctionVersion': version,
  'ListAliasesRequest.FunctionVersion': version,
  'ListFunctionsRequest.FunctionVersion': { enum: ['ALL'] },
  '*.StatementId': statement,
  '*.Action': { pattern: /(lambda:[*]|lambda:[a-zA-Z]+|[*])/ },
  '*.Principal': { pattern: /[^\s]+/ },
  '*.EventSourceToken': { max: 256, pattern: /[a-zA-Z0-9._-]+/ },
  '*.PrincipalOrgID': { min: 12, max: 34, pattern: /o-[a-z0-9]{10,32}/ },
  '*.SourceAccount': { max: 12, pattern: /\d{12}/ },
  'ListFunctionsRequest.MaxItems': page(10_000),
  'ListVersionsByFunctionRequest.MaxItems': page(10_000),
  'ListAliasesRequest.MaxItems': page(10_000),
  'ListLayersRequest.MaxItems': page(50),
  'ListLayerVersionsRequest.MaxItems': page(50),
  'ListFunctionEventInvokeConfigsRequest.MaxItems': page(50),
  'ListEventSourceMappingsRequest.MaxItems': page(10_000),
  'ListFunctionUrlConfigsRequest.MaxItems': page(50),
  '*.AuthType': { enum: ['NONE', 'AWS_IAM'] },
  '*.InvokeMode': { enum: ['BUFFERED', 'RESPONSE_STREAM'] },
  '*.FunctionUrlAuthType': { enum: ['NONE', 'AWS_IAM'] },
  ...corsLimits('CreateFunctionUrlConfigRequest'),
  ...corsLimits('UpdateFunctionUrlConfigRequest'),
  '*.KMSKeyArn': { pattern: /(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()/ },
  '*.PackageType': { enum: ['Zip', 'Image'] },
  'CreateFunctionRequest.TracingConfig.Mode': { enum: ['Active', 'PassThrough'] },
  'UpdateFunctionConfigurationRequest.TracingConfig.Mode': { enum: ['Active', 'PassThrough'] },
  'InvocationRequest.InvocationType': { enum: ['RequestResponse', 'Event', 'DryRun'] },
  'InvocationRequest.LogType': { enum: ['None', 'Tail'] },
  '*.StartingPosition': { enum: ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'] },
  '*.LayerName': {
    min: 1,
    max: 140,
    pattern: /(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+/,
  },
  '*.LicenseInfo': { max: 512 },
  '*.UUID': { min: 1, max: 64 },
  '*.EventSourceArn': { min: 12, max: 1024 },
  '*.BatchSize': { integer: true, min: 1, max: 10_000 },
  '*.MaximumBatchingWindowInSeconds': { integer: true, min: 0, max: 300 },
  ...mappingLimits('CreateEventSourceMappingRequest'),
  ...mappingLimits('UpdateEventSourceMappingRequest'),
  ...destinationLimits('CreateEventSourceMappingRequest'),
  ...destinationLimits('UpdateEventSourceMappingRequest'),
  ...destinationLimits('PutFunctionEventInvokeConfigRequest'),
  ...destinationLimits('UpdateFunctionEventInvokeConfigRequest'),
  '*.ParallelizationFactor': { integer: true, min: 1, max: 10 },
  '*.MaximumRecordAgeInSeconds': { integer: true, min: -1, max: 604_800 },
  '*.TumblingWindowInSeconds': { integer: true, min: 0, max: 900 },
  'CreateEventSourceMappingRequest.MaximumRetryAttempts': { integer: true, min: -1, max: 10_000 },
  'UpdateEventSourceMappingRequest.MaximumRetryAttempts': { integer: true, min: -1, max: 10_000 },
  '*.ReservedConcurrentExecutions': { integer: true, min: 0 },
  '*.MaximumEventAgeInSeconds': { integer: true, min: 60, max: 21_600 },
  'PutFunctionEventInvokeConfigRequest.MaximumRetryAttempts': { integer: true, min: 0, max: 2 },
  'UpdateFunctionEventInvokeConfigRequest.MaximumRetryAttempts': { integer: true, min: 0, max: 2 },
}
