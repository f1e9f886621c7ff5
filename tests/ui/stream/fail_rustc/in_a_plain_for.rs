use taipan::stream;

fn f() {
    for n in stream!({ yield 1; }) {
        let _: u32 = n;
    }
}

fn main() {}
