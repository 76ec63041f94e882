/// How many bytes of a range several others cover, from its first address on without a gap; they
/// may adjoin.
package func coveredBytes(of wanted: ClosedRange<UInt64>, by ranges: [ClosedRange<UInt64>])
  -> UInt64
{
  var next = wanted.lowerBound
  for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.contains(next) {
    guard range.upperBound < wanted.upperBound else {
      return wanted.upperBound - wanted.lowerBound + 1
    }
    next = range.upperBound + 1
  }
  return next - wanted.lowerBound
}
