import { M1_CASE, M2_CASE } from "../testing/classifier-cases.ts";
import { classifierParityTests } from "../testing/classifier-parity-tests.ts";

const fixture = (name: string): URL => new URL(`./fixtures/${name}.json`, import.meta.url);

classifierParityTests("M1", fixture("parity-m1"), false, (_, ops) => M1_CASE.build(ops));
classifierParityTests("M2", fixture("parity-m2"), true, (_, ops) => M2_CASE.build(ops));
