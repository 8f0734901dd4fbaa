#!/usr/bin/env python3
"""Sends made-up orders to a Kinesis stream, a batch at a time.

    python producer.py --stream orders-stream --count 2000

Where the stream is comes from the environment (AWS_ENDPOINT_URL, AWS_REGION and the keys), as for
every boto3 program: the same file works against AWS and against Boathouse.
"""

import argparse
import json
import random
import sys
import time
from datetime import datetime, timedelta, timezone

import boto3
from faker import Faker

PRODUCTS = {
    "espresso machine": 249.0,
    "pour-over kettle": 59.5,
    "burr grinder": 139.9,
    "paper filters": 6.25,
    "ethiopian beans 1 kg": 28.0,
    "milk jug": 19.95,
}
TAGS = ["gift", "loyalty", "newsletter", "returning", "discount"]

# PutRecords takes at most 500 records and 5 MiB at once.
BATCH = 500


def make_order(fake: Faker, rng: random.Random, now: datetime) -> dict:
    product = rng.choice(list(PRODUCTS))
    ordered_at = now - timedelta(milliseconds=rng.randrange(3_600_000))
    return {
        "order_id": fake.uuid4(),
        "ordered_at": ordered_at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        "customer": {
            "name": fake.name(),
            "email": fake.email(),
            "country": fake.country_code(),
        },
        "product": product,
        "quantity": rng.randint(1, 5),
        "unit_price": PRODUCTS[product],
        "tags": rng.sample(TAGS, rng.randint(0, 3)),
        "express": rng.random() < 0.25,
    }


def send(kinesis, stream: str, orders: list[dict]) -> None:
    """Puts a batch; what the stream could not take now is sent again."""
    entries = [
        {
            "Data": json.dumps(order).encode(),
            "PartitionKey": order["customer"]["country"],
        }
        for order in orders
    ]
    wait_seconds = 0.1
    while entries:
        answer = kinesis.put_records(StreamName=stream, Records=entries)
        if answer["FailedRecordCount"] == 0:
            return
        entries = [
            entry
            for entry, result in zip(entries, answer["Records"])
            if "ErrorCode" in result
        ]
        time.sleep(wait_seconds)
        wait_seconds = min(wait_seconds * 2, 5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--stream", default="orders-stream", help="name of the stream")
    parser.add_argument("--count", type=int, default=2000, help="orders to send")
    parser.add_argument("--seed", type=int, help="make the same orders again")
    parser.add_argument("--copy-to", help="also write the orders to this file, one per line")
    arguments = parser.parse_args()

    fake = Faker()
    rng = random.Random(arguments.seed)
    if arguments.seed is not None:
        Faker.seed(arguments.seed)
    kinesis = boto3.client("kinesis")
    copy = open(arguments.copy_to, "w", encoding="utf-8") if arguments.copy_to else None

    sent = 0
    started = time.monotonic()
    while sent < arguments.count:
        now = datetime.now(timezone.utc)
        size = min(BATCH, arguments.count - sent)
        orders = [make_order(fake, rng, now) for _ in range(size)]
        send(kinesis, arguments.stream, orders)
        if copy:
            copy.writelines(json.dumps(order) + "\n" for order in orders)
        sent += size
        print(f"\r{sent:>7} of {arguments.count} orders sent", end="", flush=True)
    if copy:
        copy.close()
    seconds = time.monotonic() - started
    print(f"\nall acknowledged after {seconds:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
