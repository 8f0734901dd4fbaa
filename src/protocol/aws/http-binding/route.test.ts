import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { readClient } from '../schema.ts'
import { restRouter } from './route.ts'

const router = restRouter([...readClient(s3 as Record<string, unknown>).operations.values()])

function route(line: string, headers: Record<string, string> = {}): string {
  const [method, target] = line.split(' ') as [string, string]
  const [full, query = ''] = target.split('?') as [string, string?]
  const parts = /^\/([^/]*)(\/.*)?$/.exec(full)!
  const match = router.match({
    method,
    path: parts[2] ?? '/',
    query: new URLSearchParams(query),
    headers,
    hasBucket: parts[1] !== '',
  })
  return match.kind === 'found' ? match.operation.name : match.kind
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
test('every S3 request line finds its operation', () => {
  const expected: Record<string, string> = {
    'GET /': 'ListBuckets',
    'GET /?x-id=ListDirectoryBuckets': 'ListDirectoryBuckets',
    'PUT /b': 'CreateBucket',
    'PUT /b/': 'CreateBucket',
    'HEAD /b': 'HeadBucket',
    'DELETE /b': 'DeleteBucket',
    'GET /b': 'ListObjects',
    'GET /b?delimiter=/&prefix=a': 'ListObjects',
    'GET /b?list-type=2': 'ListObjectsV2',
    'GET /b?versions': 'ListObjectVersions',
    'GET /b?uploads': 'ListMultipartUploads',
    'GET /b?location': 'GetBucketLocation',
    'GET /b?lifecycle': 'GetBucketLifecycleConfiguration',
    'GET /b?notification': 'GetBucketNotificationConfiguration',
    'GET /b?analytics': 'ListBucketAnalyticsConfigurations',
    'GET /b?analytics&id=1': 'GetBucketAnalyticsConfiguration',
    'PUT /b?policy': 'PutBucketPolicy',
    'DELETE /b?tagging': 'DeleteBucketTagging',
    'POST /b?delete': 'DeleteObjects',
    'GET /b/k': 'GetObject',
    'GET /b/k?partNumber=2&versionId=3': 'GetObject',
    'GET /b/k?response-content-type=a': 'GetObject',
    'GET /b/k?uploadId=u': 'ListParts',
    'GET /b/k?attributes': 'GetObjectAttributes',
    'GET /b/k?acl': 'GetObjectAcl',
    'HEAD /b/k/l': 'HeadObject',
    'PUT /b/k': 'PutObject',
    'PUT /b/k?tagging': 'PutObjectTagging',
    'PUT /b/k?partNumber=1&uploadId=u': 'UploadPart',
    'POST /b/k?uploads': 'CreateMultipartUpload',
    'POST /b/k?uploadId=u': 'CompleteMultipartUpload',
    'DELETE /b/k': 'DeleteObject',
    'DELETE /b/k?uploadId=u': 'AbortMultipartUpload',
    'POST /b/k': 'methodNotAllowed',
    'POST /b': 'methodNotAllowed',
    'PUT /b/k?partNumber=1': 'unknownSubresource',
    'DELETE /b/k?acl': 'unknownSubresource',
    'GET /b/k?uploads': 'unknownSubresource',
  }
  const found = Object.fromEntries(Object.keys(expected).map((line) => [line, route(line)]))
  assert.deepEqual(found, expected)
})

test('a copy source makes a PUT a copy', () => {
  const copy = { 'x-amz-copy-source': 'a/b' }
  assert.equal(route('PUT /b/k', copy), 'CopyObject')
  assert.equal(route('PUT /b/k?partNumber=1&uploadId=u', copy), 'UploadPartCopy')
})
