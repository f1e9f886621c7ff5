//! Everything that may stand in `with!`, and its neighbours.
#![deny(warnings)]

use taipan::prelude::*;

struct Conn(u32);

impl Resource for Conn {
    type Exit = ();

    async fn exit(self, _: Outcome) {}
}

async fn connect() -> taipan::Result<Conn> {
    Ok(Conn(1))
}

async fn generic<R: Resource + Send + 'static>(resource: R) -> u32
where
    R: Resource<Exit = ()>,
{
    with!(_ = resource, _ = Conn(2), { 3 })
}

async fn any_exit<R: Resource + Send + 'static>(resource: R) {
    let _ = with!(_ = resource, { 3 });
}

async fn forms() -> taipan::Result<u32> {
    let mut sum = 0;
    with!(conn = connect().await?, { sum += conn.0 });
    with!(_ = connect().await?, conn = Conn(sum + 1), { sum += conn.0 },);
    with!(Conn(number) = Conn(3), { sum += *number });
    with!(conn = if sum > 3 { Conn(4) } else { Conn(5) }, { sum += conn.0 });
    with!(_ = Conn(7), {});
    with!(_ = vec![Conn(8), Conn(9)], _ = Some(Conn(10)), _ = (Conn(11), Conn(12)), { sum += 1 });
    let text: String = with!(text = closing(String::new(), |_| async {}), { text.clone() });
    let number = finally!({ text.len() as u32 }, async |_| {});
    let value = timeout!(limit = Some(1h), { if number > 0 { limit.reset(None) } })?;
    let value = task_group!(_, { value })?;
    let value = task_group!(tg = TaskGroup::new().limit(1), { tg.spawn(async {}); value })?;
    let () = value;
    any_exit(Conn(0)).await;
    Ok(sum + generic(Conn(13)).await)
}

fn main() {
    assert_eq!(taipan::run(forms()).unwrap(), 14);
}
