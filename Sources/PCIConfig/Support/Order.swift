/// The indices of keys in ascending order of the keys; equal keys keep their order.
///
/// A merge sort of its own: the standard library's is specialised for every caller and takes 7 KiB
/// each time, which a firmware image of 64 KiB has not got.
func ascendingOrder(of keys: [UInt64]) -> [Int] {
  var order = Array(0..<keys.count)
  var merged = order
  var width = 1
  while width < keys.count {
    var start = 0
    while start < keys.count {
      let middle = min(start + width, keys.count)
      let end = min(middle + width, keys.count)
      var (left, right) = (start, middle)
      for position in start..<end {
        if left < middle, right == end || keys[order[left]] <= keys[order[right]] {
          merged[position] = order[left]
          left += 1
        } else {
          merged[position] = order[right]
          right += 1
        }
      }
      start = end
    }
    (order, merged) = (merged, order)
    width *= 2
  }
  return order
}
