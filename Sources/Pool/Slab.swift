/// What a `Slab` needs of its elements: a generation (odd while live) and one link it may use while vacant.
protocol SlabElement {
    var generation: UInt32 { get set }
    var next: Int32 { get set }
    /// An element that owns nothing.
    static var vacant: Self { get }
}

/// A table of elements with dense, stable indices, reused in LIFO order. Grows by doubling, never shrinks.
///
/// Not an `Array`: an array re-checks unique ownership at each touch, and one hot input touches five.
struct Slab<Element: SlabElement>: ~Copyable {
    // SAFETY: owned by this value alone (~Copyable), elements [0, count) are always initialised,
    // and every access goes through `subscript`, which checks the bounds.
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0
    private var vacantHead: Int32 = -1

    init(capacity: Int = 16) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    subscript(index: Int32) -> Element {
        @inline(__always) _read {
            precondition(UInt(bitPattern: Int(index)) < UInt(bitPattern: count), "no entry \(index) of \(count)")
            yield base[Int(index)]
        }
        @inline(__always) _modify {
            precondition(UInt(bitPattern: Int(index)) < UInt(bitPattern: count), "no entry \(index) of \(count)")
            yield &base[Int(index)]
        }
    }

    /// True when `handle` was issued for the element that lives there now.
    @inline(__always)
    func holds<Tag>(_ handle: Handle<Tag>) -> Bool {
        UInt(bitPattern: Int(handle.index)) < UInt(bitPattern: count)
            && base[Int(handle.index)].generation == handle.generation && handle.generation & 1 == 1
    }

    @inline(__always)
    func isLive(_ index: Int32) -> Bool { self[index].generation & 1 == 1 }

    @inline(__always)
    func handle<Tag>(_ index: Int32) -> Handle<Tag> {
        Handle(index: index, generation: self[index].generation)
    }

    /// Puts the element in a vacant place and returns its index.
    mutating func insert(_ element: Element) -> Int32 {
        let index: Int32
        if vacantHead >= 0 {
            index = vacantHead
            let generation = self[index].generation
            vacantHead = self[index].next
            self[index] = element
            self[index].generation = generation &+ 1
        } else {
            if count == capacity { grow() }
            (base + count).initialize(to: element)
            index = Int32(count)
            count += 1
            self[index].generation = 1
        }
        return index
    }

    mutating func remove(_ index: Int32) {
        let generation = self[index].generation
        precondition(generation & 1 == 1, "entry \(index) removed twice")
        self[index] = .vacant
        self[index].generation = generation &+ 1
        self[index].next = vacantHead
        vacantHead = index
    }

    private mutating func grow() {
        precondition(capacity < Int(Int32.max) / 2, "slab of \(capacity) entries cannot grow")
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
