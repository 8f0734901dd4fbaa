//! The AWS SDK for Rust as it comes: what it needs to know is in the environment, but for path style.

use std::error::Error;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier,
};
use aws_sdk_s3::Client;

const MIB: usize = 1024 * 1024;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let bucket = std::env::args().nth(1).expect("the name of a bucket");
    let shared = aws_config::defaults(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new("us-east-1"))
        .load()
        .await;
    let config = aws_sdk_s3::config::Builder::from(&shared).force_path_style(true).build();
    let s3 = Client::from_conf(config);
    s3.create_bucket().bucket(&bucket).send().await?;
    whole(&s3, &bucket).await?;
    in_parts(&s3, &bucket).await?;
    presigned(&s3, &bucket).await?;
    emptied(&s3, &bucket).await?;
    s3.delete_bucket().bucket(&bucket).send().await?;
    println!("ok");
    Ok(())
}

async fn whole(s3: &Client, bucket: &str) -> Result<(), Box<dyn Error>> {
    let key = "a key/ü+.bin";
    let body = b"lake".repeat(100_000);
    s3.put_object()
        .bucket(bucket)
        .key(key)
        .metadata("who", "me")
        .checksum_algorithm(ChecksumAlgorithm::Sha256)
        .body(ByteStream::from(body.clone()))
        .send()
        .await?;
    let got = s3.get_object().bucket(bucket).key(key).send().await?;
    assert_eq!(got.metadata().and_then(|all| all.get("who")).map(String::as_str), Some("me"));
    assert_eq!(got.body.collect().await?.into_bytes().as_ref(), body);
    let range = s3.get_object().bucket(bucket).key(key).range("bytes=2-5").send().await?;
    assert_eq!(range.body.collect().await?.into_bytes().as_ref(), b"kela");
    let again = s3
        .put_object()
        .bucket(bucket)
        .key(key)
        .if_none_match("*")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .expect_err("it is there already");
    assert_eq!(again.into_service_error().meta().code(), Some("PreconditionFailed"));
    let missing = s3.get_object().bucket(bucket).key("missing").send().await;
    assert!(missing.expect_err("nothing is there").into_service_error().is_no_such_key());
    Ok(())
}

async fn in_parts(s3: &Client, bucket: &str) -> Result<(), Box<dyn Error>> {
    let key = "parts";
    let begun = s3.create_multipart_upload().bucket(bucket).key(key).send().await?;
    let upload_id = begun.upload_id().expect("an id");
    let mut parts = Vec::new();
    for (number, size) in [(1, 5 * MIB), (2, 1000)] {
        let sent = s3
            .upload_part()
            .bucket(bucket)
            .key(key)
            .upload_id(upload_id)
            .part_number(number)
            .body(ByteStream::from(vec![number as u8; size]))
            .send()
            .await?;
        let part = CompletedPart::builder().part_number(number);
        parts.push(
            part.set_e_tag(sent.e_tag.clone())
                .set_checksum_crc32(sent.checksum_crc32)
                .build(),
        );
    }
    s3.complete_multipart_upload()
        .bucket(bucket)
        .key(key)
        .upload_id(upload_id)
        .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
        .send()
        .await?;
    let head = s3.head_object().bucket(bucket).key(key).send().await?;
    assert_eq!(head.content_length(), Some((5 * MIB + 1000) as i64));
    let source = format!("{bucket}/{key}");
    s3.copy_object().bucket(bucket).key("copy").copy_source(source).send().await?;
    Ok(())
}

async fn presigned(s3: &Client, bucket: &str) -> Result<(), Box<dyn Error>> {
    let soon = PresigningConfig::expires_in(std::time::Duration::from_secs(60))?;
    let signed = s3.get_object().bucket(bucket).key("parts").presigned(soon).await?;
    assert!(signed.uri().contains("X-Amz-Signature="));
    Ok(())
}

async fn emptied(s3: &Client, bucket: &str) -> Result<(), Box<dyn Error>> {
    let mut pages = s3.list_objects_v2().bucket(bucket).max_keys(2).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        for object in page?.contents() {
            found.push(ObjectIdentifier::builder().key(object.key().expect("a key")).build()?);
        }
    }
    assert_eq!(found.len(), 3);
    let delete = Delete::builder().set_objects(Some(found)).build()?;
    let done = s3.delete_objects().bucket(bucket).delete(delete).send().await?;
    assert_eq!(done.deleted().len(), 3);
    Ok(())
}
